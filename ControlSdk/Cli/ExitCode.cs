namespace VRouter.ControlSdk.Cli;

/// <summary>What the program's exit status says.</summary>
internal static class ExitCode
{
    /// <summary>Everything went as asked.</summary>
    public const int Success = 0;

    /// <summary>The vRouter is not to be reached, does not let us, or has no such object; a file cannot be read or written.</summary>
    public const int Failed = 1;

    /// <summary>Usage, or a request that was refused.</summary>
    public const int Refused = 2;
}
