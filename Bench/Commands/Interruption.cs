using System.Runtime.InteropServices;

namespace VRouter.Bench.Commands;

/// <summary>Ctrl-C and SIGTERM, for commands that make things: what was made goes on the way out.</summary>
internal static class Interruption
{
    private const int Interrupted = 130;

    /// <summary>Runs until the end, or until a signal asks for it; says the exit status.</summary>
    public static int Until(Action<CancellationToken> action)
    {
        using var interrupted = new CancellationTokenSource();
        void Interrupt(PosixSignalContext signal)
        {
            signal.Cancel = true;
            interrupted.Cancel();
        }

        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);

        try
        {
            action(interrupted.Token);
            return 0;
        }
        catch (Exception failure) when (failure is OperationCanceledException || (failure is BenchException && interrupted.IsCancellationRequested))
        {
            // Programs that we started have heard of Ctrl-C too: what they fail with is no failure.
            return Interrupted;
        }
    }
}
