using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using VRouter.ControlSdk.Server;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Agent;

/// <summary>
/// The state directory of a running vRouter, if it has one, beside its configuration file. The file is the whole configuration, as SIGHUP has it,
/// when it is new: where it is the one that was taken last, the restored state stands, with what clients have changed since.
/// </summary>
internal sealed class KeptState(RunOptions options, ILoggerFactory logging) : IDisposable
{
    private readonly StateDirectory? _directory = options.State is null ? null : StateDirectory.Open(options.State, logging);

    /// <summary>The directory; null = nothing is kept.</summary>
    public StateDirectory? Directory => _directory;

    /// <summary>Brings the data plane to what was kept.</summary>
    public void RestoreInto(DataPlane dataPlane) => _directory?.RestoreInto(dataPlane);

    /// <summary>Whether a configuration file is the one whose state was restored.</summary>
    public bool IsTaken(string file) => _directory is not null && _directory.Mark.SequenceEqual(DigestOf(file));

    /// <summary>Remembers a configuration file that has just become the whole state.</summary>
    public void Take(string file)
    {
        if (_directory is not null)
        {
            _directory.KeepMark(DigestOf(file));
            _directory.FlushAsync().GetAwaiter().GetResult();
        }
    }

    public void Dispose() => _directory?.Dispose();

    private static byte[] DigestOf(string file) => SHA256.HashData(File.ReadAllBytes(file));
}
