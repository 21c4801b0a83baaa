using System.Runtime.InteropServices;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Torch.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SrBatch.Torch.Networks;

/// <summary>
/// Checks that every network still works after <c>module.to(...)</c>. TorchSharp writes moved parameters into their fields by reflection:
/// in a binary whose fields were trimmed, the first forward pass after a move fails (docs/adr/0002). The check moves to float64, which
/// needs no GPU.
/// </summary>
public static class NetworkCheck
{
    private const int Side = 32, Features = 4, Scale = 2;

    /// <summary>Relative to the largest output; float32 differs from float64 by about 1e-6.</summary>
    private const double Tolerance = 1e-3;

    /// <returns>The networks that were checked, in one line.</returns>
    /// <exception cref="SrBatchException">Exit code 69, with the network and what failed.</exception>
    public static string Describe()
    {
        foreach (string name in NetworkCatalog.Names)
        {
            using Network network = NetworkCatalog.Create(new ModelOptions { Network = name, Features = Features, Scale = Scale });
            Check(name, network);
        }
        using var discriminator = new Discriminator(Features);
        Check("the discriminator", discriminator);
        return $"{string.Join(", ", NetworkCatalog.Names)} and the discriminator run after being moved";
    }

    /// <param name="name">Used in messages.</param>
    /// <param name="network">Takes images (1, 1, 32, 32), float32; float64 afterwards.</param>
    /// <exception cref="SrBatchException">Exit code 69.</exception>
    internal static void Check(string name, nn.Module<Tensor, Tensor> network)
    {
        using var scope = NewDisposeScope();
        try
        {
            Tensor image = rand(1, 1, Side, Side);
            Tensor before;
            using (no_grad())
            {
                before = network.call(image);
            }
            network.to(ScalarType.Float64);
            Tensor after = network.call(image.to(ScalarType.Float64));
            after.sum().backward();

            Require(name, after.dtype == ScalarType.Float64, $"its output is {after.dtype}, not Float64");
            double difference = after.detach().Plus(before.to(ScalarType.Float64).neg()).abs().max().Value();
            double largest = before.abs().max().Value();
            Require(name, difference <= Tolerance * largest, FormattableString.Invariant(
                $"its output differs by {difference:G3} from the output before, whose largest value is {largest:G3}"));
            (string Name, Parameter Parameter)[] parameters = [.. network.named_parameters()];
            Require(name, parameters.Length > 0, "it has no parameters");
            foreach ((string parameterName, Parameter parameter) in parameters)
            {
                Require(name, parameter.dtype == ScalarType.Float64, $"parameter '{parameterName}' is still {parameter.dtype}");
                Require(name, parameter.grad is not null, $"parameter '{parameterName}' gets no gradient");
            }
        }
        catch (Exception fault) when (fault is InvalidOperationException or ExternalException)
        {
            throw Failure(name, fault.Message.ReplaceLineEndings(" ").TrimEnd(' ', '.'), fault);
        }
    }

    private static void Require(string name, bool isMet, string otherwise)
    {
        if (!isMet)
        {
            throw Failure(name, otherwise, null);
        }
    }

    private static SrBatchException Failure(string name, string what, Exception? fault) => new(
        ExitCode.Unavailable,
        $"{name} does not run after being moved to float64: {what}. Moving to a GPU fails alike. If this is a published binary, its fields "
            + "were trimmed: publish it with <TrimmerRootAssembly Include=\"SrBatch.Torch\" /> (docs/adr/0002).",
        fault);
}
