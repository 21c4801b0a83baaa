using System.Reflection;

namespace SrBatch.Pipelines.Host;

/// <summary>The version of srbatch.</summary>
public static class AppVersion
{
    /// <summary>As released, e.g. <c>0.1.0</c>. It is written into outputs, so it contains no build time and no commit.</summary>
    public static string Text { get; } =
        typeof(AppVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
