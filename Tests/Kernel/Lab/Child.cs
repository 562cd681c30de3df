using System.Diagnostics;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.Tests.Kernel;

/// <summary>A process that holds ports in a namespace until it is killed; and this test assembly's program.</summary>
internal sealed class Child : IDisposable
{
    private readonly Process _process;

    /// <summary>Starts it, and waits until it has an AF_XDP port on one device and a TAP of another name.</summary>
    public Child(NetworkNamespace inside, string device, string tap)
    {
        _process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["exec", typeof(Child).Assembly.Location, inside.Name, device, tap])
        {
            RedirectStandardOutput = true,
        })!;

        if (_process.StandardOutput.ReadLine() != "ready")
        {
            throw new InvalidOperationException("the child process did not open its ports");
        }
    }

    /// <summary>SIGKILL: nothing of its own runs any more.</summary>
    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static void Main(string[] arguments)
    {
        (string inside, string device, string tap) = (arguments[0], arguments[1], arguments[2]);
        using PortLab frames = new();
        using AfXdpPort fabric = new(new XdpOptions(device) { NetworkNamespace = inside }, frames.Region);
        using IPortQueue queue = fabric.OpenQueue(0, frames.Frames);
        using TapPort pod = new(new TapOptions(tap) { NetworkNamespace = inside });

        Console.WriteLine("ready");
        Thread.Sleep(TimeSpan.FromMinutes(1));
    }
}
