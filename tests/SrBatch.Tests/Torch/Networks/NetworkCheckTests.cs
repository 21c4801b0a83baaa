using SrBatch.Core.Errors;
using SrBatch.Torch.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SrBatch.Tests.Torch.Networks;

public class NetworkCheckTests
{
    [Fact]
    public void Describe_UnderJit_EveryNetworkRunsAfterBeingMoved() =>
        Assert.Equal("unet, rcan, dfcan and the discriminator run after being moved", NetworkCheck.Describe());

    [Fact]
    public void Check_FieldThatMovingDoesNotReach_FailsAsInATrimmedBinary()
    {
        using var network = new Trimmed();
        SrBatchException fault = Assert.Throws<SrBatchException>(() => NetworkCheck.Check("trimmed", network));
        Assert.Equal(ExitCode.Unavailable, fault.ExitCode);
        Assert.Matches("^trimmed does not run after being moved to float64: .*empty handle\\. .*<TrimmerRootAssembly", fault.Message);
    }

    [Fact]
    public void Check_ParameterWithoutGradient_IsNamed()
    {
        using var network = new HalfUsed();
        SrBatchException fault = Assert.Throws<SrBatchException>(() => NetworkCheck.Check("half", network));
        Assert.StartsWith(
            "half does not run after being moved to float64: parameter 'unused' gets no gradient. ",
            fault.Message,
            StringComparison.Ordinal);
    }

    /// <summary>Uses its parameter through an array, which moving does not update: the same as a trimmed field.</summary>
    private sealed class Trimmed : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter weight = new(ones(1));
        private readonly Parameter[] _used;

        public Trimmed()
            : base(nameof(Trimmed))
        {
            _used = [weight];
            register_parameter(nameof(weight), weight);
        }

        public override Tensor forward(Tensor x) => x * _used[0];
    }

    private sealed class HalfUsed : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter used = new(ones(1)), unused = new(ones(1));

        public HalfUsed()
            : base(nameof(HalfUsed))
        {
            register_parameter(nameof(used), used);
            register_parameter(nameof(unused), unused);
        }

        public override Tensor forward(Tensor x) => x * used;
    }
}
