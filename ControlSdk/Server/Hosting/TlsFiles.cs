namespace VRouter.ControlSdk.Server;

/// <summary>The PEM files of mutual TLS.</summary>
/// <param name="Certificate">The server's certificate, with what leads to its root if need be.</param>
/// <param name="Key">Its private key.</param>
/// <param name="ClientCa">Who signs the certificates of clients.</param>
public sealed record TlsFiles(string Certificate, string Key, string ClientCa);
