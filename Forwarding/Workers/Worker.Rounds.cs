using System.Diagnostics;

namespace VRouter.Forwarding;

/// <summary>The loop itself. Nothing that goes wrong in a round ends it.</summary>
internal sealed partial class Worker
{
    private void Run()
    {
        int idleRounds = 0;
        _epoch.Enter(_plane);

        while (!_stopping)
        {
            // Before the state is read: what a command has changed must not meet a state from before it.
            if (_hasCommands)
            {
                RunCommands();
            }

            bool worked = Round(_epoch.Pass(_plane)) > 0;
            idleRounds = worked ? 0 : idleRounds + 1;

            if (idleRounds > IdleRounds)
            {
                _epoch.Leave();
                Sleep();
                _epoch.Enter(_plane);
            }
        }

        _epoch.Leave();
        RunCommands();
    }

    private int Round(ForwardingState state)
    {
        long now = Account();
        (_isContended, _busySources) = (_busySources > 1, 0);
        Walk.Begin(state, now);
        Walk.TakePointers();
        int received = ServeAll();

        // All that have packets have had their share of the time: then nobody waits for them.
        if (received == 0 && _busySources > 0)
        {
            _isContended = false;
            received = ServeAll();
        }

        Flows.Expire(now, isIdle: received == 0);
        Flows.TellWaiting();

        if (now >= _nextTick)
        {
            _nextTick = now + TickMilliseconds;
            Tick();
        }

        foreach (QueueBinding binding in _queues)
        {
            Flush(binding.Queue);
        }

        _wasBusy = received > 0;
        return received;
    }

    /// <summary>Everything that packets come from, once.</summary>
    private int ServeAll()
    {
        int received = 0;

        foreach (QueueBinding binding in _queues)
        {
            received += binding.Receives ? Serve(binding) : 0;

            if (binding.Inbound is { Count: > 0 })
            {
                received += SendHandedOver(binding.Vif, binding.Inbound);
            }
        }

        foreach (Handover inbound in _inbound)
        {
            received += inbound.HasAny ? Take(inbound) : 0;
        }

        return received;
    }

    /// <summary>Reads the clock, once a round: the time since the last round was spent with packets if that one had any.</summary>
    private long Account()
    {
        long now = Stopwatch.GetTimestamp();
        _busy += _wasBusy ? now - _roundStarted : 0;
        _idle += _wasBusy ? 0 : now - _roundStarted;
        _roundStarted = _lastPaid = now;
        return _plane.MillisecondsAt(now);
    }

    private void Tick()
    {
        try
        {
            Walk.DropOverdueFragments();

            if (Number == 0)
            {
                Walk.Tick();
            }
        }
        catch (Exception fault)
        {
            _faults.Add(fault);
        }
    }

    private void Flush(IPortQueue queue)
    {
        try
        {
            queue.Flush();
        }
        catch (Exception fault)
        {
            _faults.Add(fault);
        }
    }

    /// <summary>Serves a queue: a batch, or, where others have packets too, for its share of the time.</summary>
    private int Serve(QueueBinding binding)
    {
        int received = 0;
        binding.Share.Begin();

        if (!_isContended)
        {
            received = ServeBatch(binding, binding.Share.Burst(_batch.Length));
            Pay(binding.Share, received, Flows.Created);
            return Count(received);
        }

        // It may well have packets, which wait.
        _busySources += binding.Share.HasCredit ? 0 : 1;

        while (binding.Share.HasCredit)
        {
            int most = binding.Share.PacketsLeft(_batch.Length);
            long setUps = Flows.Created;
            int count = ServeBatch(binding, most);
            received += count;

            Pay(binding.Share, count, setUps);

            if (count < most)
            {
                break;
            }
        }

        return Count(received);
    }

    private int Count(int received)
    {
        if (received > 0)
        {
            _busySources++;
            Packets += received;
            Batches++;
        }

        return received;
    }

    // Flows are counted by direction.
    private void Pay(TimeShare share, int packets, long setUpsBefore)
    {
        if (packets == 0)
        {
            return;
        }

        long now = Stopwatch.GetTimestamp();
        share.Spend(now - _lastPaid, packets, (Flows.Created - setUpsBefore) / 2);
        _lastPaid = now;
    }

    /// <summary>Receives a batch and walks it. A failure costs the rest of that batch, never the worker.</summary>
    private int ServeBatch(QueueBinding binding, int most)
    {
        int count = 0;

        try
        {
            count = binding.Queue.Receive(_batch.AsSpan(0, most));

            if (count > 0)
            {
                if (Captures.IsOn)
                {
                    Captures.Received(_batch.AsSpan(0, count), binding.Vif);
                }

                Walk.Run(_batch.AsSpan(0, count), binding.Vif);
            }
        }
        catch (Exception fault)
        {
            _faults.Add(fault);
            Walk.Abandon(_batch.AsSpan(0, count));
        }

        return count;
    }

    private void Watch() =>
        _canBeWoken = _queues.All(binding => binding.Inbound is null && (!binding.Receives || binding.PollSlot >= 0));

    private int SendHandedOver(ushort vif, PacketRing inbound)
    {
        int count = inbound.Take(_batch);
        Outboxes.SendHandedOver(vif, _batch.AsSpan(0, count));
        return count;
    }

    private void Sleep()
    {
        _isAsleep = true;
        Interlocked.MemoryBarrier();

        if (!HasInbound())
        {
            _poller.Wait(_canBeWoken ? s_longSleep : s_shortSleep);
        }

        _isAsleep = false;
    }

    private bool HasInbound()
    {
        foreach (Handover inbound in _inbound)
        {
            if (inbound.HasAny)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Walks what another worker has handed over: a batch of each kind, or, where others have packets too, for its share of the time.</summary>
    private int Take(Handover inbound)
    {
        int received = 0;
        inbound.Share.Begin();

        if (!_isContended)
        {
            received = TakeBatches(inbound, inbound.Share.Burst(_batch.Length));
            Pay(inbound.Share, received, Flows.Created);
            return CountHandedOver(received);
        }
        _busySources += inbound.Share.HasCredit ? 0 : 1;

        while (inbound.Share.HasCredit && inbound.HasAny)
        {
            long setUps = Flows.Created;
            int count = TakeBatches(inbound, inbound.Share.PacketsLeft(_batch.Length));
            received += count;
            Pay(inbound.Share, count, setUps);
        }

        return CountHandedOver(received);
    }

    private int CountHandedOver(int received)
    {
        _busySources += received > 0 ? 1 : 0;
        return received;
    }

    private int TakeBatches(Handover inbound, int most)
    {
        int received = 0;

        for (int kind = 0; kind < Handover.Kinds; kind++)
        {
            int count = inbound.Take(kind, _batch.AsSpan(0, most));

            try
            {
                Walk.RunHandedOver(_batch.AsSpan(0, count), Handover.HasPorts(kind), Handover.IsCounted(kind));
            }
            catch (Exception fault)
            {
                _faults.Add(fault);
                Walk.Abandon(_batch.AsSpan(0, count));
            }

            received += count;
        }

        return received;
    }

    /// <summary>Walks everything that was handed over so far; between batches.</summary>
    public void TakeAllHandedOver()
    {
        bool wasOutside = _epoch.Oldest == ulong.MaxValue;
        Walk.Begin(_epoch.Enter(_plane), _plane.Milliseconds);

        foreach (Handover inbound in _inbound)
        {
            while (inbound.HasAny)
            {
                TakeBatches(inbound, _batch.Length);
            }
        }

        if (wasOutside)
        {
            _epoch.Leave();
        }
    }

    private void RunCommands()
    {
        // Down before looking: what is put in afterwards raises it again.
        _hasCommands = false;

        while (_commands.TryDequeue(out WorkerCommand? command))
        {
            command.Run();
        }
    }
}
