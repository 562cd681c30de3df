namespace VRouter.Forwarding;

/// <summary>Packets that the control side brings.</summary>
internal sealed partial class Worker
{
    /// <summary>Takes a packet in as if it had arrived at a vif, or sends it out of there as it is; between batches.</summary>
    public void Bring(Packet packet, ushort vif, bool arrives)
    {
        var batch = new Span<Packet>(ref packet);
        bool wasOutside = _epoch.Oldest == ulong.MaxValue;

        try
        {
            Walk.Begin(_epoch.Enter(_plane), _plane.Milliseconds);

            if (arrives)
            {
                Walk.Run(batch, vif);
            }
            else
            {
                Walk.SendOut(ref packet, vif);
            }
        }
        catch (Exception fault)
        {
            _faults.Add(fault);
            Walk.Abandon(batch);
        }

        foreach (QueueBinding binding in _queues)
        {
            Flush(binding.Queue);
        }

        if (wasOutside)
        {
            _epoch.Leave();
        }
    }
}
