namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>What came of a fetch.</summary>
/// <param name="IsConnected">Whether the server answered the SYN.</param>
/// <param name="Bytes">Bytes of payload that arrived.</param>
/// <param name="Digest">Their SHA-256.</param>
/// <param name="Elapsed">From the SYN to the last byte.</param>
internal readonly record struct Fetch(bool IsConnected, long Bytes, string Digest, TimeSpan Elapsed);
