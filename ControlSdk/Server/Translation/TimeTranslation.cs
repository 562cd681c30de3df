using Google.Protobuf.WellKnownTypes;

namespace VRouter.ControlSdk.Server;

/// <summary>Times, to the contract.</summary>
internal static class TimeTranslation
{
    private const int NanosecondsPerTick = 100;

    /// <summary>Writes a time into a message that may have been another one's, and returns it.</summary>
    public static Timestamp Write(DateTimeOffset time, Timestamp? into)
    {
        into ??= new Timestamp();
        into.Seconds = time.ToUnixTimeSeconds();
        into.Nanos = (int)(time.UtcTicks % TimeSpan.TicksPerSecond) * NanosecondsPerTick;
        return into;
    }
}
