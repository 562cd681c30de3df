using System.CommandLine;

namespace VRouter.ControlSdk.Cli;

/// <summary><c>vrouterctl help</c>: what --help says, for those who ask in words.</summary>
internal static class HelpCommand
{
    public static Command Create(RootCommand root)
    {
        var verbs = new Argument<string[]>("VERB") { Description = "The verb, as: rt lookup.", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("help", "Says what there is, or what a verb takes.") { verbs };
        command.SetAction((parsed, stop) => RunAsync(root, parsed.GetValue(verbs) ?? [], stop));
        return command;
    }

    private static Task<int> RunAsync(RootCommand root, string[] verbs, CancellationToken stop)
    {
        Command found = root;

        foreach (string verb in verbs)
        {
            found = found.Subcommands.FirstOrDefault(command => command.Name == verb)
                ?? throw new CommandException(ExitCode.Refused, $"there is no verb '{string.Join(' ', verbs)}': see vrouterctl help");
        }

        return root.Parse([.. verbs, "--help"]).InvokeAsync(cancellationToken: stop);
    }
}
