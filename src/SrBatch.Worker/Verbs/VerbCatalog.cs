using System.Diagnostics.CodeAnalysis;
using SrBatch.Core.Errors;
using SrBatch.Pipelines.Evaluation;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Housekeeping;
using SrBatch.Pipelines.Inference;
using SrBatch.Pipelines.Inspection;
using SrBatch.Pipelines.Models;
using SrBatch.Pipelines.Planning;
using SrBatch.Pipelines.Registration;
using SrBatch.Pipelines.Reporting;
using SrBatch.Pipelines.Simulation;
using SrBatch.Pipelines.Training;

namespace SrBatch.Worker.Verbs;

/// <summary>Every verb and the pipeline it starts, in the order of the help text.</summary>
internal static class VerbCatalog
{
    private static readonly (Type Type, Func<VerbOptions, RunContext, ExitCode> Run)[] Verbs =
    [
        Verb<SimulateVerb>((verb, context) => SimulateRun.Run(verb.Request(), context)),
        Verb<ScanVerb>((verb, context) => ScanRun.Run(verb.Request(), context)),
        Verb<InspectVerb>((verb, context) => InspectRun.Run(verb.Request(), context)),
        Verb<RegisterVerb>((verb, context) => RegisterRun.Run(verb.Request(), context)),
        Verb<CheckVerb>((verb, context) => CheckRun.Run(verb.Request(), context)),
        Verb<PlanVerb>((verb, context) => PlanRun.Run(verb.Request(), context)),
        Verb<TrainVerb>((verb, context) => TrainRun.Run(verb.Request(), context)),
        Verb<InferVerb>((verb, context) => InferRun.Run(verb.Request(), context)),
        Verb<EvaluateVerb>((verb, context) => EvaluateRun.Run(verb.Request(), context)),
        Verb<ReportVerb>((verb, context) => ReportRun.Run(verb.Request(), context)),
        Verb<StatusVerb>((verb, context) => StatusRun.Run(verb.Request(), context)),
        Verb<CleanVerb>((verb, context) => CleanRun.Run(verb.Request(), context)),
        Verb<ExportVerb>((verb, context) => ExportRun.Run(verb.Request(), context)),
        Verb<DoctorVerb>((verb, context) => DoctorRun.Run(verb.Request(), context)),
    ];

    public static Type[] Types { get; } = [.. Verbs.Select(verb => verb.Type)];

    public static ExitCode Run(VerbOptions options, RunContext context) =>
        Verbs.First(verb => verb.Type == options.GetType()).Run(options, context);

    /// <summary>
    /// CommandLineParser finds options by reflection: the annotation keeps the members of the class from being trimmed (docs/adr/0002).
    /// </summary>
    private static (Type, Func<VerbOptions, RunContext, ExitCode>) Verb<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] T>(
        Func<T, RunContext, ExitCode> run)
        where T : VerbOptions => (typeof(T), (options, context) => run((T)options, context));
}
