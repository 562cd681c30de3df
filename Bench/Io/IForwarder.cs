namespace VRouter.Bench.Io;

/// <summary>Takes packets from one near end and sends them out of the other.</summary>
internal interface IForwarder
{
    /// <summary>For figures.</summary>
    string Name { get; }

    /// <summary>Starts forwarding; disposing what it answers ends it and frees the devices.</summary>
    IDisposable Start();

    /// <summary>Managed bytes that its thread has allocated since it started; 0 where there are none.</summary>
    long AllocatedBytes { get; }

    /// <summary>Packets it has dropped since it started; 0 where it does not say. Asking may cost it a little.</summary>
    long ReadDrops();
}
