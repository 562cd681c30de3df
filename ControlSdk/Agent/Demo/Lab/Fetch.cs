namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>What came of a fetch.</summary>
/// <param name="IsConnected">Whether the server answered the SYN.</param>
/// <param name="Bytes">Bytes of payload that arrived.</param>
/// <param name="Digest">Their SHA-256.</param>
/// <param name="Elapsed">From the SYN to the last byte.</param>
/// <param name="Server">The pod that answered.</param>
/// <param name="Client">The address by which it knows the client.</param>
internal readonly record struct Fetch(bool IsConnected, long Bytes, string Digest, TimeSpan Elapsed, string Server, string Client)
{
    /// <summary>What has come of it so far.</summary>
    public static Fetch Of(bool isConnected, HttpReader answer, TimeSpan elapsed) =>
        new(isConnected, answer.BodyBytes, answer.Digest(), elapsed, answer.Field(HttpMessage.Server), answer.Field(HttpMessage.Client));
}
