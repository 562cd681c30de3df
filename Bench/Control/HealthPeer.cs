using System.Diagnostics;

namespace VRouter.Bench.Control;

/// <summary>Debian's python3-grpcio with a server of grpc.health.v1, which stands on gRPC's C core.</summary>
internal sealed class HealthPeer : IDisposable
{
    private const string Interpreter = "/usr/bin/python3", Library = "/usr/lib/python3/dist-packages/grpc";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vrouter-bench-");
    private readonly Process _process;

    public HealthPeer()
    {
        string socket = Path.Combine(_folder.FullName, "peer.sock");
        Address = $"unix://{socket}";
        _process = Process.Start(new ProcessStartInfo(Interpreter, [Path.Combine(AppContext.BaseDirectory, "Control", "health.py"), socket])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;

        if (_process.StandardOutput.ReadLine() is null)
        {
            throw new BenchException("python3-grpcio does not start");
        }
    }

    /// <summary>Whether it is installed.</summary>
    public static bool IsThere => File.Exists(Interpreter) && Directory.Exists(Library);

    /// <summary>Where it listens.</summary>
    public string Address { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
