using SrBatch.Core.Errors;
using SrBatch.Pipelines.Evaluation;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Inference;
using SrBatch.Pipelines.Inspection;
using SrBatch.Pipelines.Models;
using SrBatch.Pipelines.Planning;
using SrBatch.Pipelines.Registration;
using SrBatch.Pipelines.Reporting;
using SrBatch.Pipelines.Simulation;
using SrBatch.Pipelines.Training;

namespace SrBatch.Worker.Verbs;

/// <summary>Every verb and the pipeline it starts.</summary>
internal static class VerbCatalog
{
    public static readonly Type[] Types =
    [
        typeof(SimulateVerb), typeof(ScanVerb), typeof(InspectVerb), typeof(RegisterVerb), typeof(CheckVerb), typeof(PlanVerb),
        typeof(TrainVerb), typeof(InferVerb), typeof(EvaluateVerb), typeof(ReportVerb), typeof(StatusVerb), typeof(ExportVerb),
        typeof(DoctorVerb),
    ];

    public static ExitCode Run(VerbOptions options, RunContext context) => options switch
    {
        SimulateVerb simulate => SimulateRun.Run(simulate.Request(), context),
        ScanVerb scan => ScanRun.Run(scan.Request(), context),
        InspectVerb inspect => InspectRun.Run(inspect.Request(), context),
        RegisterVerb register => RegisterRun.Run(register.Request(), context),
        CheckVerb check => CheckRun.Run(check.Request(), context),
        PlanVerb plan => PlanRun.Run(plan.Request(), context),
        TrainVerb train => TrainRun.Run(train.Request(), context),
        InferVerb infer => InferRun.Run(infer.Request(), context),
        EvaluateVerb evaluate => EvaluateRun.Run(evaluate.Request(), context),
        ReportVerb report => ReportRun.Run(report.Request(), context),
        StatusVerb status => StatusRun.Run(status.Request(), context),
        ExportVerb export => ExportRun.Run(export.Request(), context),
        DoctorVerb doctor => DoctorRun.Run(doctor.Request(), context),
        _ => throw new ArgumentOutOfRangeException(nameof(options), options, "no pipeline"),
    };
}
