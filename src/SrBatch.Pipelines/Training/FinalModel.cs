using SrBatch.Core.Models;
using SrBatch.Core.Trust;
using SrBatch.Core.Weights;
using SrBatch.Pipelines.Training.Calibration;
using SrBatch.Storage.Weights;

namespace SrBatch.Pipelines.Training;

/// <summary>What a training ends with.</summary>
/// <param name="Weights">Of the averaged generator.</param>
/// <param name="Card">Without what <see cref="ModelCalibration"/> measures.</param>
internal sealed record FinalModel(IReadOnlyList<WeightArray> Weights, ModelCard Card)
{
    /// <summary>Writes <c>model.safetensors</c>.</summary>
    public void Write(string path, ModelCalibration measured)
    {
        ModelCard card = Card with
        {
            Halo = measured.Halo,
            Bf16CostDb = measured.Bf16CostDb,
            Inputs = measured.Inputs,
            Outputs = measured.Outputs,
        };
        IEnumerable<WeightArray> description = measured.Inputs is { } inputs ? InputDistributionArrays.From(inputs) : [];
        Safetensors.Write(path, [.. Weights, .. description], new Dictionary<string, string> { [ModelCard.MetadataKey] = card.ToJson() });
    }
}
