using SrBatch.Core.Errors;
using SrBatch.Torch.Networks;
using static TorchSharp.torch;

namespace SrBatch.Tests.Torch.Networks;

public class NetworkCheckTests
{
    [Fact]
    public void Describe_UnderJit_EveryNetworkRunsAfterBeingMoved() =>
        Assert.Equal("unet, rcan, dfcan and the discriminator run after being moved", NetworkCheck.Describe());

    [Fact]
    public void Check_ParameterThatIsNotMoved_IsNamed()
    {
        using var network = new HalfMoved();
        var fault = Assert.Throws<SrBatchException>(() => NetworkCheck.Check("half", network));
        Assert.Equal(ExitCode.Unavailable, fault.ExitCode);
        Assert.StartsWith("half does not run after being moved to float64: parameter 'left' is still Float32. ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_TensorThatMovingDisposed_IsReportedAsInThePublishedBinary()
    {
        using var network = new Trimmed();
        var fault = Assert.Throws<SrBatchException>(() => NetworkCheck.Check("trimmed", network));
        Assert.Equal(ExitCode.Unavailable, fault.ExitCode);
        Assert.Matches("^trimmed does not run after being moved to float64: .*empty handle.*publish it with <TrimmerRootAssembly", fault.Message);
    }

    /// <summary>Registers a parameter under another name than its field's, as a renamed field would: moving finds only one of the two.</summary>
    private sealed class HalfMoved : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Parameter[] _hidden = [nn.Parameter(ones(1))];

        public HalfMoved()
            : base(nameof(HalfMoved)) => register_parameter("left", _hidden[0]);

        public override Tensor forward(Tensor x) => x * _hidden[0];
    }

    /// <summary>Keeps its parameter where reflection does not find it, as a trimmed field would.</summary>
    private sealed class Trimmed : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Parameter weight = nn.Parameter(ones(1));
        private readonly TorchSharp.Modules.Parameter[] _field;

        public Trimmed()
            : base(nameof(Trimmed))
        {
            _field = [weight];
            register_parameter(nameof(weight), weight);
        }

        public override Tensor forward(Tensor x) => x * _field[0];
    }
}
