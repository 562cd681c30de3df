using System.Diagnostics;
using System.Globalization;

namespace VRouter.Bench.Compare.OpenVswitch;

/// <summary>All that an Open vSwitch of ours keeps in files; gone when disposed. What a run that was killed left is swept up.</summary>
internal sealed class OvsFolder : IDisposable
{
    private const string Prefix = "vrouter-bench-ovs-";

    private readonly string _path;

    public OvsFolder()
    {
        SweepUp();

        // Sockets have short names: 107 bytes, unix(7).
        _path = Directory.CreateTempSubdirectory(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{System.Environment.ProcessId}-")).FullName;
    }

    /// <summary>Environment variables that tell its programs to use nothing else.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["OVS_RUNDIR"] = _path,
        ["OVS_LOGDIR"] = _path,
        ["OVS_DBDIR"] = _path,
        ["OVS_SYSCONFDIR"] = _path,
        ["RUNTIME_DIRECTORY"] = _path,  // DPDK's
    };

    /// <summary>A file in it.</summary>
    public string PathOf(string file) => Path.Combine(_path, file);

    /// <summary>The errors and warnings that the daemon has logged last, as further lines of a message.</summary>
    public string Complaints()
    {
        const int Most = 5;

        string log = PathOf("vswitchd.log");
        IEnumerable<string> lines = File.Exists(log) ? File.ReadLines(log) : [];
        return string.Concat(lines.Where(line => line.Contains("|ERR|") || line.Contains("|EMER|") || line.Contains("|WARN|")).TakeLast(Most).Select(line => $"\n  {line}"));
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_path, recursive: true);

    private static void SweepUp()
    {
        foreach (string path in Directory.GetDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            if (int.TryParse(Path.GetFileName(path)[Prefix.Length..].Split('-')[0], CultureInfo.InvariantCulture, out int owner) && !Directory.Exists($"/proc/{owner}"))
            {
                Array.ForEach(Directory.GetFiles(path, "*.pid"), file => End(file, path));
                Directory.Delete(path, recursive: true);
            }
        }
    }

    // Its number may be another process's by now: only one that was told of the folder is meant.
    private static void End(string pidFile, string path)
    {
        if (int.TryParse(File.ReadAllText(pidFile), CultureInfo.InvariantCulture, out int process)
            && File.Exists($"/proc/{process}/cmdline") && File.ReadAllText($"/proc/{process}/cmdline").Contains(path))
        {
            using Process left = Process.GetProcessById(process);
            left.Kill();
        }
    }
}
