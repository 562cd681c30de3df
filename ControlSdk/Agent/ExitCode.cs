namespace VRouter.ControlSdk.Agent;

/// <summary>What the program's exit status says.</summary>
internal static class ExitCode
{
    /// <summary>Everything went as asked.</summary>
    public const int Success = 0;

    /// <summary>A file or device could not be read, written or opened.</summary>
    public const int Failed = 1;

    /// <summary>Usage, or a configuration that was refused.</summary>
    public const int Refused = 2;

    /// <summary>The books did not balance: a defect of the vRouter.</summary>
    public const int Unbalanced = 3;
}
