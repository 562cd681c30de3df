namespace VRouter.Forwarding;

/// <summary>A port with all of its queues open: from here on nothing can fail.</summary>
internal readonly record struct OpenPort(IPort Port, IPortQueue[] Queues)
{
    /// <summary>Opens the queues, each on the worker that will own it: all of them or, with an exception and the port disposed, none.</summary>
    public static OpenPort Of(IPort port, Worker[] workers)
    {
        var queues = new IPortQueue[port.QueueCount];

        try
        {
            for (int queue = 0; queue < queues.Length; queue++)
            {
                int number = queue;
                Worker owner = OwnerOf(queue, workers);
                owner.Invoke(() => queues[number] = port.OpenQueue(number, owner.Frames));
            }
        }
        catch
        {
            new OpenPort(port, queues).Close(workers);
            throw;
        }

        return new OpenPort(port, queues);
    }

    /// <summary>Queue n is served by worker n modulo their number.</summary>
    public static Worker OwnerOf(int queue, Worker[] workers) => workers[queue % workers.Length];

    /// <summary>Closes what no worker serves yet.</summary>
    public void Close(Worker[] workers)
    {
        for (int queue = 0; queue < Queues.Length; queue++)
        {
            if (Queues[queue] is { } open)
            {
                OwnerOf(queue, workers).Invoke(open.Dispose);
            }
        }

        Port.Dispose();
    }
}
