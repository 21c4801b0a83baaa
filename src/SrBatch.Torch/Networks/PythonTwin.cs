using SrBatch.Core.Exports;
using SrBatch.Core.Manifests;

namespace SrBatch.Torch.Networks;

/// <summary>Python sources that run a network without srbatch. Making them needs no libtorch.</summary>
public static class PythonTwin
{
    /// <summary>The network's class alone.</summary>
    public static string Network(ModelOptions model) => Resource($"{model.Network}.py");

    /// <summary>The network's class, with functions that load and apply it in the same way as srbatch.</summary>
    public static string Module(ExportedNetwork network) => FormattableString.Invariant($$"""
        {{Network(network.Card.Model)}}

        # What srbatch does with the network.
        import os

        import numpy as np
        import torch

        NETWORK = {{network.PythonClass}}
        OPTIONS = {"features": {{network.Card.Model.Features}}, "scale": {{network.Card.Model.Scale}}}
        PERCENTILES = ({{network.Card.PercentileLow}}, {{network.Card.PercentileHigh}})  # of an image: 0 and 1 in the network's eyes


        {{Resource("enhancing.py")}}
        """);

    private static string Resource(string name)
    {
        using Stream stream = typeof(PythonTwin).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
