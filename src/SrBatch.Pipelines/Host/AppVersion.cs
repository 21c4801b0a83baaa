using System.Reflection;

namespace SrBatch.Pipelines.Host;

/// <summary>Which srbatch this is.</summary>
public static class AppVersion
{
    /// <summary>As released, e.g. <c>0.1.0</c>; goes into outputs, so it holds no build time and no commit.</summary>
    public static string Text { get; } =
        typeof(AppVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
