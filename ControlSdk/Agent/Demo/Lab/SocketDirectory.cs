using System.Globalization;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>A directory for the sockets of the nodes' control services. One that a killed demo left behind goes when the next one starts.</summary>
internal sealed class SocketDirectory : IDisposable
{
    private const string Prefix = "vrouter-demo-";

    private readonly DirectoryInfo _directory;

    public SocketDirectory()
    {
        SweepUp();
        _directory = Directory.CreateTempSubdirectory(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-"));
    }

    public string AddressOf(string node) => $"unix://{_directory.FullName}/{node}.sock";

    public void Dispose() => _directory.Delete(recursive: true);

    private static void SweepUp()
    {
        foreach (string leftover in Directory.GetDirectories(Path.GetTempPath(), $"{Prefix}*").Where(IsOfNobody))
        {
            try
            {
                Directory.Delete(leftover, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another user's, or gone by now.
            }
        }
    }

    private static bool IsOfNobody(string directory) =>
        int.TryParse(Path.GetFileName(directory)[Prefix.Length..].Split('-')[0], CultureInfo.InvariantCulture, out int process) && !Directory.Exists($"/proc/{process}");
}
