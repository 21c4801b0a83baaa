using SrBatch.Core.Manifests;
using SrBatch.Torch.Native;
using SrBatch.Torch.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SrBatch.Tests.Torch.Networks;

/// <summary>Properties that all networks of the catalogue have.</summary>
public class NetworkTests
{
    public static TheoryData<string, int> All => [.. NetworkCatalog.Names.SelectMany(name => new[] { (name, 1), (name, 2), (name, 4) })];

    [Fact]
    public void Names_OfTheCatalogue_AreTheManifests() => Assert.Equal(ModelOptions.Networks, NetworkCatalog.Names);

    [Theory]
    [MemberData(nameof(All))]
    public void Output_HasScaleTimesTheInputsSides(string name, int scale)
    {
        using var scope = NewDisposeScope();
        using Network network = Make(name, scale);
        Assert.Equal(16, network.Stride);
        Assert.Equal([3, 1, 32 * scale, 80 * scale], network.call(rand(3, 1, 32, 80)).shape);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void ReceptiveField_OfOneColumn_ReachesAsFarAsClaimedAndNoFurther(string name, int scale)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        long furthest = 0;
        int claimed = 0, stride = 0;
        // Gates pass on about a hundredth of a change, closed ones nothing. With several seeds, one passes it on to the end.
        for (int seed = 1; seed <= 6 && furthest <= claimed - stride; seed++)
        {
            using Network network = Sensitive(name, scale, seed);
            (claimed, stride) = (network.ReceptiveField, network.Stride);
            int length = TileSize(claimed, stride);
            Tensor plane = rand(1, 1, 16, length, dtype: float64), without = network.call(plane);
            // All positions of the column on the network's grid.
            for (int phase = 0; phase < stride; phase++)
            {
                long at = (length / 2) + phase;
                (long first, long last) = Reached(network, plane, without, at);
                Assert.True(first > 0 && last < length - 1, "the plane is too short for this test");
                furthest = Math.Max(furthest, Math.Max(at - first, last - at));
            }
        }
        Assert.InRange(furthest, claimed - stride + 1, claimed);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Output_OfAnInputShiftedByTheStride_IsShifted(string name, int scale)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        manual_seed(3);
        using Network network = Make(name, scale);
        int stride = network.Stride, margin = TileSize(network.ReceptiveField, stride) / 2, length = (2 * margin) + (2 * stride);
        Tensor x = rand(1, 1, 16, length + stride);
        Tensor here = network.call(x.narrow(3, 0, length)), there = network.call(x.narrow(3, stride, length));
        Tensor difference = here.narrow(3, (margin + stride) * scale, stride * scale) - there.narrow(3, margin * scale, stride * scale);
        // Rounding of float32 through 30 layers; outputs are near 0.1.
        Assert.InRange(difference.abs().max().Value(), 0, 1e-6);
    }

    private static Network Make(string name, int scale) =>
        NetworkCatalog.Create(new ModelOptions { Network = name, Scale = scale, Features = 4 });

    private static int TileSize(int receptiveField, int stride) => 2 * (((receptiveField + stride) / stride * stride) + stride);

    /// <summary>First and last input column whose outputs change, in any digit, when one column changes.</summary>
    private static (long First, long Last) Reached(Network network, Tensor plane, Tensor without, long at)
    {
        using var scope = NewDisposeScope();
        Tensor changed = plane.clone();
        changed.narrow(3, at, 1).PlusInPlace(100);
        Tensor columns = network.call(changed).ne(without).any(2).nonzero().select(1, 2);
        long scale = network.Scale;
        return ((long)columns.min().Value() / scale, (long)columns.max().Value() / scale);
    }

    /// <summary>
    /// In float64, with an initialisation that keeps the signal through all layers, so that the furthest pixel still changes a digit.
    /// </summary>
    private static Network Sensitive(string name, int scale, int seed)
    {
        manual_seed(seed);
        Network network = Make(name, scale);
        network.to(float64);
        foreach ((string parameterName, Parameter parameter) in network.named_parameters())
        {
            bool isBias = parameterName.EndsWith("bias", StringComparison.Ordinal);
            _ = isBias ? nn.init.zeros_(parameter) : nn.init.kaiming_normal_(parameter, a: 0.1);
        }
        return network;
    }
}
