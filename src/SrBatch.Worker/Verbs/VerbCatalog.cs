using SrBatch.Core.Errors;
using SrBatch.Worker.Runs;

namespace SrBatch.Worker.Verbs;

/// <summary>Every verb and the pipeline it starts.</summary>
internal static class VerbCatalog
{
    public static readonly Type[] Types =
    [
        typeof(SimulateVerb), typeof(ScanVerb), typeof(InspectVerb), typeof(RegisterVerb), typeof(CheckVerb), typeof(PlanVerb), typeof(TrainVerb),
        typeof(InferVerb), typeof(EvaluateVerb), typeof(ReportVerb), typeof(StatusVerb), typeof(ExportVerb), typeof(DoctorVerb),
    ];

    public static ExitCode Run(VerbOptions options, RunContext context) => options switch
    {
        SimulateVerb simulate => SimulateRun.Run(simulate, context),
        ScanVerb scan => ScanRun.Run(scan, context),
        InspectVerb inspect => InspectRun.Run(inspect, context),
        RegisterVerb register => RegisterRun.Run(register, context),
        CheckVerb check => CheckRun.Run(check, context),
        PlanVerb plan => PlanRun.Run(plan, context),
        TrainVerb train => TrainRun.Run(train, context),
        InferVerb infer => InferRun.Run(infer, context),
        EvaluateVerb evaluate => EvaluateRun.Run(evaluate, context),
        ReportVerb report => ReportRun.Run(report, context),
        StatusVerb status => StatusRun.Run(status, context),
        ExportVerb export => ExportRun.Run(export, context),
        DoctorVerb doctor => DoctorRun.Run(doctor, context),
        _ => throw new ArgumentOutOfRangeException(nameof(options), options, "no pipeline"),
    };
}
