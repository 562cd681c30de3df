using System.CommandLine;
using System.CommandLine.Parsing;
using VRouter.ControlSdk.Server;

namespace VRouter.ControlSdk.Agent;

/// <summary>The options of `vrouter run` that say who may tell it what to do.</summary>
internal sealed class ControlOptions
{
    private readonly Option<ControlAddress[]> _listen = new("--listen")
    {
        Description = "Where clients connect; may be given again. unix:///PATH[?ROLE=GROUP]: root, this user, and GROUP with ROLE (read, capture, write). "
            + "https://HOST:PORT[?ROLE=NAME&...]: mutual TLS, with roles by the names in certificates, else write for all.",
        HelpName = "ADDRESS",
        CustomParser = ParseAddresses,
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<MetricsAddress?> _metrics = new("--metrics")
    {
        Description = "Where metrics are served, as http://127.0.0.1:9095 (this machine's loopback only) or, with mutual TLS, https://HOST:PORT. "
            + "Where OTEL_EXPORTER_OTLP_ENDPOINT is set, they are pushed there too.",
        HelpName = "ADDRESS",
        CustomParser = ParseMetrics,
    };

    private readonly Option<string?> _certificate = new("--certificate") { Description = "The server's certificate for https://, in PEM.", HelpName = "FILE" };
    private readonly Option<string?> _key = new("--key") { Description = "Its private key.", HelpName = "FILE" };
    private readonly Option<string?> _clientCa = new("--client-ca") { Description = "Who signs the certificates of clients.", HelpName = "FILE" };

    public void AddTo(Command command)
    {
        command.Add(_listen);
        command.Add(_metrics);
        command.Add(_certificate);
        command.Add(_key);
        command.Add(_clientCa);
        command.Validators.Add(Check);
    }

    public IReadOnlyList<ControlAddress> Listen(ParseResult parsed) => parsed.GetValue(_listen) ?? [];

    /// <summary>Where metrics are served; null = nowhere.</summary>
    public MetricsAddress? Metrics(ParseResult parsed) => parsed.GetValue(_metrics);

    /// <summary>The files of TLS; null when none is needed.</summary>
    public TlsFiles? Tls(ParseResult parsed) => parsed.GetValue(_certificate) is { } certificate
        ? new TlsFiles(certificate, parsed.GetValue(_key)!, parsed.GetValue(_clientCa)!)
        : null;

    private void Check(CommandResult command)
    {
        bool needsTls = new OptionResult?[] { command.GetResult(_listen), command.GetResult(_metrics) }
            .Any(result => result?.Tokens.Any(token => token.Value.StartsWith("https:", StringComparison.Ordinal)) == true);
        int given = new Option<string?>[] { _certificate, _key, _clientCa }.Count(option => command.GetValue(option) is not null);

        if (needsTls && given < 3)
        {
            command.AddError("https:// takes mutual TLS: --certificate, --key and --client-ca");
        }
        else if (given is 1 or 2)
        {
            command.AddError("--certificate, --key and --client-ca go together");
        }
    }

    private static MetricsAddress? ParseMetrics(ArgumentResult result)
    {
        try
        {
            return MetricsAddress.Parse(result.Tokens[^1].Value);
        }
        catch (FormatException e)
        {
            result.AddError($"--metrics: {e.Message}");
            return null;
        }
    }

    private static ControlAddress[] ParseAddresses(ArgumentResult result)
    {
        List<ControlAddress> addresses = [];

        foreach (Token token in result.Tokens)
        {
            try
            {
                addresses.Add(ControlAddress.Parse(token.Value));
            }
            catch (FormatException e)
            {
                result.AddError($"--listen: {e.Message}");
            }
        }

        return [.. addresses];
    }
}
