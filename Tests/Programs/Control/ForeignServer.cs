using System.Diagnostics;
using NUnit.Framework;
using VRouter.ControlSdk;

namespace VRouter.Tests.Programs.Control;

/// <summary>A server that is not ours, while it runs: Python/server.py.</summary>
internal sealed class ForeignServer : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vrouter-interop-");
    private readonly TestAuthority _authority = new();
    private readonly string _contract = Python.WriteContract();
    private Process? _process;

    private ForeignServer()
    {
    }

    /// <summary>Where it listens.</summary>
    public string Address { get; private set; } = "";

    /// <summary>What our client needs for it.</summary>
    public ControlChannelOptions Options { get; private set; } = new();

    /// <summary>Starts it on "unix", "tls", or "tcp" without TLS.</summary>
    public static async Task<ForeignServer> StartAsync(string transport)
    {
        Python.Require();
        var server = new ForeignServer();

        try
        {
            await server.RunAsync(transport);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Has it stand still, its connections open, or go on.</summary>
    public void Freeze(bool isFrozen)
    {
        using Process kill = Process.Start("/bin/sh", ["-c", $"kill -{(isFrozen ? "STOP" : "CONT")} {_process!.Id}"]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        _process?.StandardInput.Close();
        _process?.WaitForExit();
        _process?.Dispose();
        _authority.Dispose();
        _folder.Delete(recursive: true);
        File.Delete(_contract);
    }

    private async Task RunAsync(string transport)
    {
        (string certificate, string key) = _authority.SignServer();
        string[] place = transport switch
        {
            "unix" => [$"unix://{_folder.FullName}/python.sock"],
            "tls" => ["127.0.0.1:0", _authority.RootFile, certificate, key],
            _ => ["127.0.0.1:0"],
        };
        _process = Python.Start("server", [_contract, .. place]);
        Address = await _process.StandardOutput.ReadLineAsync() ?? "";
        Assert.That(Address, Is.Not.Empty, "it does not start");

        (string clientCertificate, string clientKey) = _authority.SignClient("client");
        Options = new ControlChannelOptions { Tls = new ClientTlsFiles(clientCertificate, clientKey, _authority.RootFile) };
    }
}
