using System.Diagnostics.CodeAnalysis;
using static TorchSharp.torch;

namespace SrBatch.Torch.Collectives;

/// <summary>A training with one process: nothing to exchange.</summary>
public sealed class SingleProcess : ICollective
{
    public static SingleProcess Instance { get; } = new();

    public int Rank => 0;

    public int Size => 1;

    public string Name => "one process";

    public void Sum(Tensor values)
    {
    }

    public void Sum(Span<double> values)
    {
    }

    public void Broadcast(Tensor values)
    {
    }

    public void Barrier()
    {
    }

    [DoesNotReturn]
    public void Abort(int exitCode) => throw new InvalidOperationException("there are no other ranks to end");

    public void Dispose()
    {
    }
}
