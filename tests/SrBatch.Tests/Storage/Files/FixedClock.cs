using System.Runtime.CompilerServices;
using SrBatch.Storage.Files;

namespace SrBatch.Tests.Storage.Files;

/// <summary>
/// Sets the clock that file times are compared with so late that files made by a test do not count as recently changed, unless the test
/// sets their time.
/// </summary>
internal sealed class FixedClock : TimeProvider
{
    public static readonly DateTime Now = new(2200, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public override DateTimeOffset GetUtcNow() => Now;

    [ModuleInitializer]
    internal static void Set() => RecentChange.Clock = new FixedClock();
}
