namespace VRouter.Native;

/// <summary>Listens for changes of a namespace's ARP and ND tables. Begin to watch first and list the table then: nothing is missed.</summary>
public sealed class NeighbourWatch : IDisposable
{
    private readonly NetlinkSocket _socket;
    private readonly List<NetlinkReply> _replies = [];

    internal NeighbourWatch(string? networkNamespace) => _socket = new NetlinkSocket(networkNamespace, Rtnetlink.RTMGRP_NEIGH);

    /// <summary>Polls readable when there are changes.</summary>
    public int Descriptor => _socket.Descriptor;

    /// <summary>The changes since the last call, oldest first, without waiting.</summary>
    public IReadOnlyList<NeighbourChange> Read()
    {
        _replies.Clear();
        bool complete = _socket.TakeAnnouncements(_replies);
        List<NeighbourChange> changes = [];

        foreach (NetlinkReply reply in _replies)
        {
            if (Neighbour.From(reply) is Neighbour neighbour)
            {
                changes.Add(new NeighbourChange(neighbour, reply.Type == Rtnetlink.RTM_DELNEIGH));
            }
        }

        if (!complete)
        {
            changes.Add(new NeighbourChange(null, IsRemoved: false));
        }

        return changes;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
