using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace VRouter.ControlSdk.Agent;

/// <summary>The signals that a daemon answers, in the order they came. None is lost from the moment this is made.</summary>
internal sealed class Signals : IDisposable
{
    private readonly BlockingCollection<PosixSignal> _arrived = [];
    private readonly PosixSignalRegistration[] _registrations;

    public Signals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Take),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Take),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, Take),
    ];

    /// <summary>The next signal; null when none came in time.</summary>
    public PosixSignal? Wait(TimeSpan limit) => _arrived.TryTake(out PosixSignal signal, limit) ? signal : null;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _arrived.Dispose();
    }

    private void Take(PosixSignalContext context)
    {
        context.Cancel = true;      // the process does not end by it
        _arrived.Add(context.Signal);
    }
}
