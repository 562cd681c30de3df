using System.CommandLine;
using System.CommandLine.Help;

namespace VRouter.ControlSdk.Cli;

/// <summary>What every verb takes: where the vRouter is, who we are, and how to print.</summary>
internal static class GlobalOptions
{
    /// <summary>Names the vRouter where --address does not.</summary>
    public const string AddressVariable = "VROUTER_ADDRESS";

    private const string Table = "table", Json = "json";

    public static readonly Option<string> Address = new("--address")
    {
        Description = $"unix:///PATH or https://HOST:PORT. Default: ${AddressVariable}, else {ControlChannel.DefaultAddress}.",
        HelpName = "ADDRESS",
        Recursive = true,
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(AddressVariable) is { Length: > 0 } address ? address : ControlChannel.DefaultAddress,
    };

    private static readonly Option<string?> s_certificate = new("--certificate")
    {
        Description = "For https://: our certificate, in PEM.",
        HelpName = "FILE",
        Recursive = true,
    };

    private static readonly Option<string?> s_key = new("--key") { Description = "For https://: its private key.", HelpName = "FILE", Recursive = true };

    private static readonly Option<string?> s_serverCa = new("--server-ca")
    {
        Description = "For https://: who signs the vRouters' certificates.",
        HelpName = "FILE",
        Recursive = true,
    };

    private static readonly Option<string> s_format = new("--output", "-o")
    {
        Description = "A table, or JSON: an object a line.",
        HelpName = $"{Table}|{Json}",
        Recursive = true,
        DefaultValueFactory = _ => Table,
    };

    private static readonly Option<double> s_timeout = new("--timeout")
    {
        Description = "How long a call may take that is not a stream. Default: 30.",
        HelpName = "SECONDS",
        Recursive = true,
        DefaultValueFactory = _ => 30,
    };

    public static void AddTo(RootCommand root)
    {
        s_format.AcceptOnlyFromAmong(Table, Json);
        s_timeout.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and <= 86400))
            {
                result.AddError("--timeout takes seconds, more than 0");
            }
        });

        // /h and /? are paths here, not questions.
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        Array.ForEach([.. help.Aliases.Where(alias => alias.StartsWith('/'))], alias => help.Aliases.Remove(alias));

        root.Add(Address);
        root.Add(s_certificate);
        root.Add(s_key);
        root.Add(s_serverCa);
        root.Add(s_format);
        root.Add(s_timeout);
    }

    public static bool IsJson(ParseResult parsed) => parsed.GetValue(s_format) == Json;

    public static TimeSpan Timeout(ParseResult parsed) => TimeSpan.FromSeconds(parsed.GetValue(s_timeout));

    /// <summary>The files of mutual TLS; null when none was named.</summary>
    /// <exception cref="CommandException">Only some of them were.</exception>
    public static ClientTlsFiles? Tls(ParseResult parsed) => (parsed.GetValue(s_certificate), parsed.GetValue(s_key), parsed.GetValue(s_serverCa)) switch
    {
        (null, null, null) => null,
        ({ } certificate, { } key, { } serverCa) => new ClientTlsFiles(certificate, key, serverCa),
        _ => throw new CommandException(ExitCode.Refused, "--certificate, --key and --server-ca go together"),
    };
}
