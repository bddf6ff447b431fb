"""kube-controller-manager: one small file a controller. They meet only through the store."""
