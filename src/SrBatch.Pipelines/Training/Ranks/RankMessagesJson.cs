using System.Text.Json.Serialization;

namespace SrBatch.Pipelines.Training.Ranks;

/// <summary>Serialisers made at compile time: Native AOT has no others.</summary>
[JsonSerializable(typeof(ResumePoint))]
internal sealed partial class RankMessagesJson : JsonSerializerContext;
