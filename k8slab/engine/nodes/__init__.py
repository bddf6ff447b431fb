"""What happens on a node: kubelet, containers, probes, images, logs."""
