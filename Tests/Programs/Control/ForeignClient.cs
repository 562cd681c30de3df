using Microsoft.AspNetCore.Builder;
using NUnit.Framework;
using VRouter.ControlSdk.Server;
using VRouter.Forwarding;
using VRouter.Tests.Programs.Control.Interop;

namespace VRouter.Tests.Programs.Control;

/// <summary>A client that is not ours: a list of cases in Python, run against a control server.</summary>
internal static class ForeignClient
{
    /// <summary>The names of a list's cases: what is public in its class.</summary>
    public static string[] CasesOf(string script) =>
    [
        .. File.ReadLines(Repository.PathOf($"Tests/Programs/Control/Python/{script}.py"))
            .Where(line => line.StartsWith("    def ", StringComparison.Ordinal) && !line.StartsWith("    def _", StringComparison.Ordinal))
            .Select(line => line["    def ".Length..line.IndexOf('(', StringComparison.Ordinal)]),
    ];

    /// <summary>Runs the list and returns what it printed.</summary>
    /// <param name="script">The list.</param>
    /// <param name="transport">"unix" or "tls".</param>
    public static async Task<string> RunAsync(string script, string transport)
    {
        Python.Require();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("vrouter-interop-");
        string contract = Python.WriteContract();

        try
        {
            using TestAuthority authority = new();
            using DataPlane dataPlane = new(new DataPlaneOptions { OpenPorts = false });
            await using ControlServer server = await ServeAsync(dataPlane, authority, transport == "unix" ? $"unix://{folder.FullName}/vrouter.sock" : "https://127.0.0.1:0");

            (string certificate, string key) = authority.SignClient("python");
            string[] target = transport == "unix" ? [server.Addresses[0]] : [server.Addresses[0]["https://".Length..], authority.RootFile, certificate, key];
            return await Python.RunAsync([], script, [contract, .. target]);
        }
        finally
        {
            File.Delete(contract);
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Serves the contract, and beside it the interoperability list's service.</summary>
    public static Task<ControlServer> ServeAsync(DataPlane dataPlane, TestAuthority authority, string address)
    {
        (string certificate, string key) = authority.SignServer();

        return ControlServer.StartAsync(dataPlane, new ControlServerOptions
        {
            Listen = [ControlAddress.Parse(address)],
            Tls = new TlsFiles(certificate, key, authority.RootFile),
            MapServices = routes => routes.MapGrpcService<InteropService>(),
        });
    }

    /// <summary>Asserts that a case went well.</summary>
    public static void AssertOk(string output, string name)
    {
        string? line = output.Split('\n').FirstOrDefault(line => line.StartsWith(name + " ", StringComparison.Ordinal));
        Assert.That(line ?? output, Is.EqualTo(name + " ok"));
    }
}
