using VRouter.Encap;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>A pod fetches a payload over TCP and compares its hash with that of what was asked for.</summary>
internal sealed record FetchCheck(Pod From, IpAddress To, string ToName, long Bytes) : Check(From, To, ToName)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    public override string Verb => "get";

    public override Outcome Run(ILab lab, Action<string> progress, CancellationToken stop)
    {
        var payload = new Payload(From.Label, Bytes);
        Fetch fetch = lab.Fetch(
            From, To, payload, Refusal is not null ? RefusedPatience : s_patience, bytes => progress($"{Amount.OfBytes(bytes)} of {Amount.OfBytes(Bytes)}"), stop);

        if (Refusal is not null)
        {
            return new Outcome(!fetch.IsConnected, fetch.IsConnected ? "connected" : "no connection", Packets: 1);
        }

        return Judge(fetch, payload);
    }

    private Outcome Judge(Fetch fetch, Payload payload)
    {
        if (!fetch.IsConnected)
        {
            return new Outcome(false, "no connection");
        }

        if (fetch.Bytes != Bytes)
        {
            return new Outcome(false, $"only {Amount.OfBytes(fetch.Bytes)} of {Amount.OfBytes(Bytes)} arrived");
        }

        return fetch.Digest == payload.Digest()
            ? new Outcome(true, $"{Amount.OfBytes(Bytes)}, {Amount.OfRate(Bytes, fetch.Elapsed)}, verified: SHA-256 {fetch.Digest[..8]}…", Bytes: Bytes, Elapsed: fetch.Elapsed)
            : new Outcome(false, $"{Amount.OfBytes(Bytes)} arrived, but not what was asked for: SHA-256 {fetch.Digest}");
    }
}
