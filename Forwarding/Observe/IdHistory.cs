namespace VRouter.Forwarding;

/// <summary>
/// The ids that indices stand for, and stood for before: flows hold indices, and may be told of when the object is gone and its index
/// another's. The control side's, under its lock.
/// </summary>
internal sealed class IdHistory
{
    private Place[] _places = new Place[64];

    /// <summary>Notes what an index stands for from a generation on.</summary>
    public void Set(int index, uint id, ulong generation)
    {
        if (index >= _places.Length)
        {
            Array.Resize(ref _places, Math.Max(2 * _places.Length, index + 1));
        }

        ref Place place = ref _places[index];

        if (place.Id != id)
        {
            place = new Place(id, (uint)generation, place.Id);
        }
    }

    /// <summary>What an index stands for, or stood for last; 0 = nothing that has an id.</summary>
    public uint Find(int index) => index < _places.Length ? _places[index].Id : 0;

    /// <summary>What an index stood for under a generation, told by its lower half. Of what it stood for before, the last is remembered.</summary>
    public uint Find(int index, uint generation)
    {
        if (index >= _places.Length)
        {
            return 0;
        }

        Place place = _places[index];
        return (int)(generation - place.Since) >= 0 ? place.Id : place.Before;
    }

    private readonly record struct Place(uint Id, uint Since, uint Before);
}
