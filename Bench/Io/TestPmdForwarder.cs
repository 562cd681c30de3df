using System.Diagnostics;
using System.Globalization;

namespace VRouter.Bench.Io;

/// <summary>DPDK's testpmd with its AF_XDP driver, swapping MACs: one forwarding core, as much memory as it asks for, no huge pages.</summary>
internal sealed class TestPmdForwarder(Wires wires, bool busyPoll, int idleCpu, int cpu) : IForwarder
{
    private const string Program = "dpdk-testpmd";
    private const int DefaultBusyBudget = 64;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public string Name => Program;

    /// <summary>Whether it is installed.</summary>
    public static bool IsInstalled =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, Program)));

    public IDisposable Start()
    {
        // The child is in the namespace of the thread that makes it.
        Process process = wires.Near.Run(() => Process.Start(new ProcessStartInfo(Program, Arguments())
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);

        // Read, so that it never waits for us.
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        return new Ending(() => Stop(process));
    }

    public long AllocatedBytes => 0;

    public long ReadDrops() => 0;

    private void Stop(Process process)
    {
        using (process)
        {
            try
            {
                // "Press enter to exit"
                process.StandardInput.WriteLine();
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It has gone already.
            }

            if (!process.WaitForExit(s_patience))
            {
                process.Kill();
                process.WaitForExit();
            }
        }

        // What DPDK keeps of a process, and does not remove itself.
        var kept = new DirectoryInfo(Path.Combine("/var/run/dpdk", wires.Near.Name));

        if (kept.Exists)
        {
            kept.Delete(recursive: true);
        }
    }

    private IEnumerable<string> Arguments() =>
    [
        "-l", string.Create(CultureInfo.InvariantCulture, $"{idleCpu},{cpu}"), "--main-lcore", idleCpu.ToString(CultureInfo.InvariantCulture),
        "--no-huge", "-m", "512", "--no-pci", "--no-telemetry", "--file-prefix", wires.Near.Name,
        "--vdev", Device(0, Wires.NearIn), "--vdev", Device(1, Wires.NearOut),
        "--", "--forward-mode=macswap", "--nb-cores=1", "--total-num-mbufs=16384", "--auto-start",
    ];

    private string Device(int number, string name) =>
        string.Create(CultureInfo.InvariantCulture, $"net_af_xdp{number},iface={name},busy_budget={(busyPoll ? DefaultBusyBudget : 0)}");
}
