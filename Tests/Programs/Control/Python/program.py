"""program.py CONTRACT ADDRESS [NAME]: puts a VRF of this name, and prints the names of all VRFs."""
import sys

from contract import Contract, open_channel

contract = Contract(sys.argv[1])
control = contract.stub(open_channel(sys.argv[2]), "vrouter.v1.Control")

if len(sys.argv) > 3:
    request = contract.message("vrouter.v1.ApplyRequest")()
    request.upsert.vrfs.add(id=1, name=sys.argv[3])
    control.Apply(request, timeout=20)

for piece in control.Export(contract.message("vrouter.v1.ExportRequest")(), timeout=20):
    for vrf in piece.vrfs:
        print(vrf.name)
