namespace VRouter.ControlSdk;

/// <summary>The PEM files of mutual TLS.</summary>
/// <param name="Certificate">The client's certificate.</param>
/// <param name="Key">Its private key.</param>
/// <param name="ServerCa">Who signs the vRouters' certificates.</param>
public sealed record ClientTlsFiles(string Certificate, string Key, string ServerCa);
