using System.CommandLine;

namespace VRouter.ControlSdk.Cli;

/// <summary><c>vrouterctl completion</c>: what a shell reads to complete our command lines. It asks us by the [suggest] directive.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # source <(vrouterctl completion bash)
        _vrouterctl() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(vrouterctl "[suggest:$COMP_POINT]" "$COMP_LINE" 2> /dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _vrouterctl vrouterctl
        """;

    private const string Zsh = """
        #compdef vrouterctl
        # source <(vrouterctl completion zsh)
        _vrouterctl() {
            local -a found=("${(@f)$(vrouterctl "[suggest:$CURSOR]" "$BUFFER" 2> /dev/null)}")
            compadd -a found || _files
        }
        compdef _vrouterctl vrouterctl
        """;

    private const string Fish = """
        # vrouterctl completion fish | source
        complete -c vrouterctl -a '(vrouterctl "[suggest:"(commandline -cp | string length)"]" (commandline -cp) 2> /dev/null)'
        """;

    public static Command Create()
    {
        Argument<string> shell = new Argument<string>("shell") { Description = "The shell.", HelpName = "bash|zsh|fish" }.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Prints what bash, zsh or fish read to complete command lines: source <(vrouterctl completion bash)") { shell };

        command.SetAction(parsed =>
        {
            using var output = new StandardOutput();
            output.WriteLine(parsed.GetRequiredValue(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish });
            output.Flush();
        });

        return command;
    }
}
