using System.Runtime.CompilerServices;

namespace VRouter.Forwarding;

/// <summary>
/// An immutable array of any sparse size whose copies share all but the changed path: a tree of 32-way nodes, no deeper than
/// the highest index needs. Reading what was never set gives default.
/// </summary>
internal sealed class PersistentVector<T>
{
    private const int Bits = 5;
    private const int Width = 1 << Bits;
    private const int Mask = Width - 1;

    public static readonly PersistentVector<T> Empty = new(new T[Width], 0);

    // A T[] where shift is 0, else an object[] of nodes one level down; missing subtrees are the level's empty node.
    private readonly object _root;
    private readonly int _shift;

    private PersistentVector(object root, int shift) => (_root, _shift) = (root, shift);

    public ref readonly T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            object node = _root;
            int shift = _shift;

            if ((uint)index >> shift >= Width)
            {
                return ref OutOfReach();
            }

            for (; shift > 0; shift -= Bits)
            {
                node = Unsafe.As<object[]>(node)[(index >> shift) & Mask];
            }

            return ref Unsafe.As<T[]>(node)[index & Mask];
        }
    }

    public Builder Edit() => new(this);

    private static ref readonly T OutOfReach() => ref Unsafe.As<T[]>(Empty._root)[0];

    /// <summary>The next version in the making; nodes copied once are changed in place from then on.</summary>
    public sealed class Builder(PersistentVector<T> from)
    {
        private const int KeptCapacity = 1024;

        private readonly HashSet<object> _own = new(ReferenceEqualityComparer.Instance);
        private PersistentVector<T> _built = from;
        private object _root = from._root;
        private int _shift = from._shift;
        private bool _changed;

        public T this[int index]
        {
            get => Current[index];
            set
            {
                ArgumentOutOfRangeException.ThrowIfNegative(index);

                while ((uint)index >> _shift >= Width)
                {
                    Grow();
                }

                _root = Set(_root, _shift, index, value);
                _changed = true;
            }
        }

        /// <summary>Whether anything has been set since the last version.</summary>
        public bool IsChanged => _changed;

        /// <summary>What has been set so far; shares nodes with the builder, so not to be published.</summary>
        public PersistentVector<T> Current => new(_root, _shift);

        /// <summary>The finished version, from which the builder goes on; the last one itself when nothing was set since.</summary>
        public PersistentVector<T> Build()
        {
            if (_changed)
            {
                _built = Current;
                _changed = false;
                _own.Clear();

                // A transaction of a million changes must not leave its set behind.
                if (_own.Capacity > KeptCapacity)
                {
                    _own.TrimExcess();
                }
            }

            return _built;
        }

        private void Grow()
        {
            object[] root = new object[Width];
            Array.Fill(root, EmptyNode(_shift));
            root[0] = _root;
            _own.Add(root);
            _root = root;
            _shift += Bits;
        }

        private object Set(object node, int shift, int index, T value)
        {
            object own = Own(node, shift);

            if (shift == 0)
            {
                ((T[])own)[index & Mask] = value;
            }
            else
            {
                ref object child = ref ((object[])own)[(index >> shift) & Mask];
                child = Set(child, shift - Bits, index, value);
            }

            return own;
        }

        private object Own(object node, int shift)
        {
            if (_own.Contains(node))
            {
                return node;
            }

            object copy = shift == 0 ? ((T[])node).Clone() : ((object[])node).Clone();
            _own.Add(copy);
            return copy;
        }

        private static object EmptyNode(int shift)
        {
            object node = Empty._root;

            for (int level = Bits; level <= shift; level += Bits)
            {
                object[] parent = new object[Width];
                Array.Fill(parent, node);
                node = parent;
            }

            return node;
        }
    }
}
