using System.CommandLine;

namespace VRouter.ControlSdk.Cli;

/// <summary>The file of a verb that takes a configuration.</summary>
internal static class FileOption
{
    private const string StandardInput = "-";

    public static Option<string> Create() => new("-f", "--file")
    {
        Description = "A Config in proto3 JSON; - is standard input.",
        HelpName = "FILE",
        Required = true,
    };

    /// <summary>Reads it.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="JsonContractException">It is no configuration.</exception>
    public static V1.Config Read(string path)
    {
        if (path != StandardInput)
        {
            return ConfigFile.Read(path);
        }

        using Stream input = Console.OpenStandardInput();
        return ConfigFile.Read(input, "standard input");
    }
}
