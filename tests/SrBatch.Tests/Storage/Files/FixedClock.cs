using System.Runtime.CompilerServices;
using SrBatch.Storage.Files;

namespace SrBatch.Tests.Storage.Files;

/// <summary>The clock that files' times are compared with: so late that no file made by a test counts as changed lately, unless the test dates it so.</summary>
internal sealed class FixedClock : TimeProvider
{
    public static readonly DateTime Now = new(2200, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public override DateTimeOffset GetUtcNow() => Now;

    [ModuleInitializer]
    internal static void Set() => RecentChange.Clock = new FixedClock();
}
