namespace SrBatch.Worker;

public static class Program
{
    public static int Main(string[] args)
    {
        Console.WriteLine(TorchSharp.torch.ones(3).sum().item<float>() + args.Length);
        return 0;
    }
}
