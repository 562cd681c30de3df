namespace VRouter.Bench.Io;

/// <summary>Takes packets from one near end and sends them out of the other.</summary>
internal interface IForwarder
{
    /// <summary>For figures.</summary>
    string Name { get; }

    /// <summary>Starts forwarding; disposing what it answers ends it and frees the devices.</summary>
    IDisposable Start();
}
