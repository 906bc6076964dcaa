UPDATE Orders SET v=3; UPDATE orders SET v=1; UPDATE orders SET v=2; UPDATE Orders SET v=1;
