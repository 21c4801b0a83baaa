using SrBatch.Core.Errors;
using SrBatch.Torch.Native;
using SrBatch.Torch.Networks;
using static TorchSharp.torch;

namespace SrBatch.Torch.Training;

/// <summary>Refuses a step whose gradient is not finite: it would spoil weights, moments and averages for good.</summary>
internal static class GradientCheck
{
    /// <param name="parameters">Gradients are summed over all ranks, so that all ranks decide alike.</param>
    /// <param name="step">For the message.</param>
    /// <param name="network">For the message: <c>generator</c> or <c>discriminator</c>.</param>
    /// <exception cref="SrBatchException">Exit code 65.</exception>
    public static void RequireFinite(FlatParameters parameters, int step, string network)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        double norm = parameters.Gradients.norm().Value();
        if (!double.IsFinite(norm))
        {
            throw new SrBatchException(ExitCode.ImagesFailed,
                $"step {step}: the gradient of the {network} has norm {norm}; expected a finite number. Nothing of this step is saved; "
                + "checkpoints before it are kept. Lower training.learningRate, or train with --precision fp32 if it was bf16.");
        }
    }
}
