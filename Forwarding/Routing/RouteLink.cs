namespace VRouter.Forwarding;

/// <summary>Where a route hangs in a <see cref="RouteIndex"/>: ids of routes, 0 = none.</summary>
internal struct RouteLink
{
    /// <summary>The hash of the route's key.</summary>
    public uint Hash;

    /// <summary>The next route in the same bucket; of an id that names no route, the next such id.</summary>
    public uint NextInBucket;

    /// <summary>The routes around this one in its table.</summary>
    public uint Next, Previous;
}
