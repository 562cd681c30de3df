using System.CommandLine;

namespace VRouter.ControlSdk.Cli;

/// <summary>A verb whose exit status says what it found, as diff(1)'s does: 0 no difference, 1 differences, 2 trouble.</summary>
internal sealed class ComparingCommand(string name, string description) : Command(name, description);
