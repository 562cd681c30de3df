namespace VRouter.Forwarding;

/// <summary>One queue of a port: receive a batch, send a batch. One worker calls both; nothing here blocks or allocates.</summary>
public interface IPortQueue : IDisposable
{
    /// <summary>
    /// Receives up to <c>batch.Length</c> packets. Fills the place (frame, start, lengths) and the port's metadata of each, zeroing
    /// the rest; the packets belong to the caller.
    /// </summary>
    int Receive(Span<Packet> batch);

    /// <summary>
    /// Sends packets, in order, as many as it takes; the first <c>n</c> are its own from then on and their frames come home by
    /// themselves. The caller keeps the rest.
    /// </summary>
    int Send(ReadOnlySpan<Packet> packets);

    /// <summary>Ends a round of the worker: pushes out what Send has queued, refills, takes completed frames home.</summary>
    void Flush();

    /// <summary>
    /// Packets lost inside the port: received with a description that contradicts them, or accepted and then impossible to send.
    /// Written by the worker, read by anybody.
    /// </summary>
    long Lost => 0;

    /// <summary>A descriptor that polls readable when packets wait, or -1: then the worker asks in turns.</summary>
    int Descriptor { get; }
}
