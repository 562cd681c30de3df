namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>A pod sends requests to a service, each on a connection of its own: every backend answers its share, and knows the client by its own address.</summary>
internal sealed record ServiceCheck(Pod From, Service Service) : Check(From, Service.Address, Service.Name)
{
    private const int Requests = 40;
    private const long Bytes = 5000;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    public override string Verb => "call";

    public override Outcome Run(ILab lab, Action<string> progress, CancellationToken stop)
    {
        var payload = new Payload(From.Label, Bytes);
        string digest = payload.Digest();
        List<string> answers = [];
        TimeSpan elapsed = default;

        while (answers.Count < Requests)
        {
            Fetch fetch = lab.Fetch(From, To, payload, s_patience, _ => { }, stop);

            if (Fault(fetch, digest) is { } fault)
            {
                return new Outcome(false, $"request {answers.Count + 1} of {Requests}: {fault}");
            }

            answers.Add(fetch.Server);
            elapsed += fetch.Elapsed;
            progress(Counted(answers));
        }

        return new Outcome(HasShared(answers), Counted(answers), Bytes: Requests * Bytes, Elapsed: elapsed, Answers: answers);
    }

    private string? Fault(in Fetch fetch, string digest) =>
        !fetch.IsConnected ? "no connection"
        : fetch.Digest != digest ? $"not what was asked for, {fetch.Bytes} bytes"
        : fetch.Client != ExpectedClient(fetch.Server) ? $"{fetch.Server} took {fetch.Client} for the client"
        : null;

    /// <summary>Who answers itself knows itself as the service: from its own address the answer would never leave it.</summary>
    private string ExpectedClient(string server) => (server == From.Name ? Service.Address : From.Ipv4).ToString();

    /// <summary>A quarter of its share would be bad luck, one run in millions.</summary>
    private bool HasShared(List<string> answers) =>
        Service.Backends.All(backend => answers.Count(answer => answer == backend.Name) >= Requests / Service.Backends.Count / 4);

    private string Counted(List<string> answers) => string.Join(", ", Service.Backends.Select(backend => $"{backend.Name} {answers.Count(answer => answer == backend.Name)}"));
}
