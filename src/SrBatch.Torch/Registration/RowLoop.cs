using static TorchSharp.torch;

namespace SrBatch.Torch.Registration;

/// <summary>Processes independent rows in parallel, on as many threads as libtorch uses.</summary>
internal static class RowLoop
{
    public static void Run(int rows, Action<int> row) =>
        Parallel.For(0, rows, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, row);
}
